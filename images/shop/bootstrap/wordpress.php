<?php
/**
 * WordPress itself: its first installation, and what a newer image asks of an existing one.
 */

/** What must be defined before WordPress is loaded. */
function souk_before_load( Souk_Settings $settings, bool $install ): void {
	if ( $install ) {
		define( 'WP_INSTALLING', true );
	}
	// WordPress would mail the owner that there is a new site.
	function wp_new_blog_notification( ...$ignored ) {}
}

/** Installs WordPress with Souk's defaults. Expects an empty database. */
function souk_install_wordpress( Souk_Settings $settings ): void {
	global $wpdb, $wp_rewrite;
	require_once ABSPATH . 'wp-admin/includes/upgrade.php';
	// wp_install() hashes a password; the real hash is set below, so let this one be cheap.
	$cheap = fn() => array( 'cost' => 4 );
	add_filter( 'wp_hash_password_options', $cheap );

	$admin  = souk_admin();
	$result = wp_install( $settings->title, $admin['username'], $admin['email'], true, '', wp_generate_password( 40 ) );
	remove_filter( 'wp_hash_password_options', $cheap );
	$wpdb->update( $wpdb->users, array( 'user_pass' => souk_admin_password_hash() ), array( 'ID' => $result['user_id'] ) );
	clean_user_cache( $result['user_id'] );
	wp_set_current_user( $result['user_id'] );
	wp_installing( false );

	souk_store_address( $settings );
	$wp_rewrite->set_permalink_structure( '/%postname%/' );
	update_option( 'template', 'twentytwentyfour' );
	update_option( 'stylesheet', 'souk-storefront' );
	update_option( 'blogdescription', '' );
	update_option( 'default_comment_status', 'closed' );
	update_option( 'default_ping_status', 'closed' );
	// Avatars would send every visitor's browser to another company.
	update_option( 'show_avatars', '0' );
	update_option( 'admin_email_lifespan', time() + 5 * YEAR_IN_SECONDS );
	foreach ( array( 'wp_version_check', 'wp_update_plugins', 'wp_update_themes' ) as $hook ) {
		wp_unschedule_hook( $hook );
	}
	// WordPress's sample post and page are not what a customer should find.
	wp_delete_post( 1, true );
	wp_delete_post( 2, true );
}

/** Brings the tables to a newer WordPress of the image. */
function souk_upgrade_wordpress(): void {
	global $wp_db_version;
	if ( (int) get_option( 'db_version' ) < $wp_db_version ) {
		require_once ABSPATH . 'wp-admin/includes/upgrade.php';
		wp_upgrade();
		souk_step( "WordPress's tables upgraded to $wp_db_version" );
	}
}

/** Sets the shop's title when Souk's name of it changed; an owner's own title stays as long as Souk's does. */
function souk_apply_title( Souk_Settings $settings, Souk_State $state ): void {
	if ( $state->get( 'title' ) !== $settings->title ) {
		update_option( 'blogname', $settings->title );
		souk_step( 'title changed' );
	}
}
