<?php
/**
 * WooCommerce: activated and set up once, so that the shop sells from its first minute. Afterwards its settings
 * are the owner's. An image without WooCommerce leaves a plain WordPress; a later image with it catches up.
 */

const SOUK_WOOCOMMERCE = 'woocommerce/woocommerce.php';

function souk_apply_woocommerce( Souk_Settings $settings, Souk_State $state, bool $install ): void {
	if ( ! file_exists( WP_PLUGIN_DIR . '/' . SOUK_WOOCOMMERCE ) ) {
		souk_step( 'this image has no WooCommerce: a plain WordPress that cannot take orders' );
		return;
	}
	if ( null === $state->get( 'woocommerce' ) ) {
		souk_activate_woocommerce( $install );
		souk_step( 'WooCommerce activated' );
		souk_configure_woocommerce( $settings );
		souk_step( 'WooCommerce set up' );
		$state->set( 'woocommerce', WC()->version );
	}
	if ( null === $state->get( 'seeded' ) ) {
		if ( $settings->sample_products ) {
			souk_seed_products();
			souk_step( 'sample products there' );
		}
		$state->set( 'seeded', $settings->sample_products ? 'yes' : 'no' );
	}
}

/** Activates the plugin, which makes its tables and pages, and runs what otherwise waits for a visit to wp-admin. */
function souk_activate_woocommerce( bool $install ): void {
	require_once ABSPATH . 'wp-admin/includes/plugin.php';
	// Nobody looks at the picture for products without one; shrinking it to six sizes would take half a second.
	$no_sizes = fn() => array();
	add_filter( 'intermediate_image_sizes_advanced', $no_sizes );
	$error = activate_plugin( SOUK_WOOCOMMERCE );
	remove_filter( 'intermediate_image_sizes_advanced', $no_sizes );
	if ( is_wp_error( $error ) ) {
		throw new RuntimeException( 'WooCommerce was not activated: ' . $error->get_error_message() );
	}
	// It was loaded late: WordPress's own hooks have run already.
	WC()->on_plugins_loaded();
	WC()->include_template_functions();
	WC()->init();
	WC_Post_Types::register_taxonomies();
	WC_Post_Types::register_post_types();
	WC_Post_Types::register_post_status();
	if ( 'yes' === get_option( 'woocommerce_newly_installed' ) || $install ) {
		// Orders in their own tables, and what else is for new shops only.
		do_action( 'woocommerce_newly_installed' );
		update_option( 'woocommerce_newly_installed', 'no' );
		add_option( 'woocommerce_initial_installed_version', WC()->version, '', false );
	}
	// The theme's header has the account and cart blocks already.
	update_option( 'woocommerce_hooked_blocks_version', 'no' );
	delete_transient( '_wc_activation_redirect' );
}

/** Settings of a shop that sells at once: no wizard, no "coming soon", cash on delivery, free shipping. */
function souk_configure_woocommerce( Souk_Settings $settings ): void {
	$country = explode( ':', $settings->country )[0];
	$locale  = ( include WC()->plugin_path() . '/i18n/locale-info.php' )[ $country ] ?? array();
	$options = array(
		'woocommerce_default_country'            => $settings->country,
		'woocommerce_currency'                   => $settings->currency,
		'woocommerce_currency_pos'               => $locale['currency_pos'] ?? 'left',
		'woocommerce_price_thousand_sep'         => $locale['thousand_sep'] ?? ',',
		'woocommerce_price_decimal_sep'          => $locale['decimal_sep'] ?? '.',
		'woocommerce_price_num_decimals'         => $locale['num_decimals'] ?? 2,
		'woocommerce_weight_unit'                => $locale['weight_unit'] ?? 'kg',
		'woocommerce_dimension_unit'             => $locale['dimension_unit'] ?? 'cm',
		'woocommerce_allowed_countries'          => 'all',
		'woocommerce_ship_to_countries'          => '',
		'woocommerce_enable_guest_checkout'      => 'yes',
		'woocommerce_coming_soon'                => 'no',
		'woocommerce_store_pages_only'           => 'no',
		'woocommerce_onboarding_profile'         => array( 'skipped' => true, 'completed' => true ),
		'woocommerce_task_list_hidden'           => 'yes',
		'woocommerce_task_list_hidden_lists'     => array( 'setup', 'extended' ),
		'woocommerce_task_list_welcome_modal_dismissed' => 'yes',
		'woocommerce_show_marketplace_suggestions' => 'no',
		'woocommerce_allow_tracking'             => 'no',
		'woocommerce_cod_settings'               => array(
			'enabled'            => 'yes',
			'title'              => 'Cash on delivery',
			'description'        => 'Pay with cash upon delivery.',
			'instructions'       => 'Pay with cash upon delivery.',
			'enable_for_methods' => array(),
			'enable_for_virtual' => 'yes',
		),
	);
	foreach ( $options as $name => $value ) {
		update_option( $name, $value );
	}
	// The rest of the world: every address can be delivered to.
	$everywhere = new WC_Shipping_Zone( 0 );
	if ( ! $everywhere->get_shipping_methods() ) {
		$everywhere->add_shipping_method( 'free_shipping' );
	}
	// The rules are made at the first request, when every post type is registered.
	delete_option( 'rewrite_rules' );
}
