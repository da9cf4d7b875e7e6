<?php
/**
 * The checks. Each returns a status (ok, failed, skipped) and a sentence that a shop owner can read. Without
 * WooCommerce in the image, what needs it is skipped; with it there but switched off, it failed.
 */

/** @return array<string, callable(): array{0: string, 1: string}> */
function souk_checks(): array {
	$checks = array( 'database' => 'souk_check_database' );
	foreach ( array( 'woocommerce', 'payment', 'products', 'pages' ) as $name ) {
		$checks[ $name ] = souk_needs_woocommerce( "souk_check_$name" );
	}
	return $checks;
}

function souk_needs_woocommerce( callable $check ): callable {
	return function () use ( $check ) {
		if ( function_exists( 'WC' ) ) {
			return $check();
		}
		return file_exists( WP_PLUGIN_DIR . '/woocommerce/woocommerce.php' )
			? array( 'failed', 'WooCommerce is not active: activate it under Plugins in wp-admin.' )
			: array( 'skipped', 'This shop has no WooCommerce.' );
	};
}

/** Writes a row through WordPress and reads it back. */
function souk_check_database(): array {
	global $wpdb;
	$value = bin2hex( random_bytes( 8 ) );
	$wpdb->query( $wpdb->prepare( "INSERT INTO $wpdb->options (option_name, option_value, autoload) VALUES ('souk_check', %s, 'off') ON DUPLICATE KEY UPDATE option_value = VALUES(option_value)", $value ) );
	$read = $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'souk_check'" );
	return $read === $value
		? array( 'ok', 'The database was written and read.' )
		: array( 'failed', 'The database does not keep what is written.' );
}

function souk_check_woocommerce(): array {
	if ( version_compare( (string) get_option( 'woocommerce_version' ), WC()->version, '<' ) ) {
		return array( 'failed', 'WooCommerce ' . WC()->version . ' has not finished its installation.' );
	}
	return 'yes' === get_option( 'woocommerce_coming_soon' )
		? array( 'failed', 'The shop is hidden behind "Coming soon": see WooCommerce, Settings, Site visibility.' )
		: array( 'ok', 'WooCommerce ' . WC()->version . ' is active.' );
}

function souk_check_payment(): array {
	$titles = array();
	foreach ( WC()->payment_gateways()->payment_gateways() as $gateway ) {
		if ( 'yes' === $gateway->enabled ) {
			$titles[] = wp_strip_all_tags( $gateway->get_title() );
		}
	}
	return $titles
		? array( 'ok', 'Customers can pay by: ' . implode( ', ', $titles ) . '.' )
		: array( 'failed', 'No payment method is enabled: see WooCommerce, Settings, Payments.' );
}

function souk_check_products(): array {
	$ids = wc_get_products( array( 'status' => 'publish', 'limit' => 20, 'return' => 'ids' ) );
	foreach ( $ids as $id ) {
		$product = wc_get_product( $id );
		if ( $product && $product->is_purchasable() && $product->is_in_stock() && str_starts_with( (string) get_permalink( $id ), home_url( '/' ) ) ) {
			return array( 'ok', 'Products are for sale, "' . $product->get_name() . '" among them.' );
		}
	}
	return array( 'failed', $ids ? 'None of the newest products can be bought.' : 'No product is published.' );
}

function souk_check_pages(): array {
	$missing = array();
	foreach ( array( 'shop', 'cart', 'checkout', 'myaccount' ) as $page ) {
		$id = wc_get_page_id( $page );
		if ( $id <= 0 || 'publish' !== get_post_status( $id ) ) {
			$missing[] = $page;
		}
	}
	return $missing
		? array( 'failed', 'Pages are missing: ' . implode( ', ', $missing ) . ' (WooCommerce, Status, Tools creates them).' )
		: array( 'ok', 'Shop, cart, checkout and account pages are there.' );
}
