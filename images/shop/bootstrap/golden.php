<?php
/**
 * The golden database: a shop that this bootstrap installed when the images were built (images/database/golden), under a
 * name, an owner and an address that no shop has. A store's database begins as a copy of it, and here it gets what is
 * the store's own. It may be cut short anywhere and run again. Title and links are applied as they are to any shop.
 */

const SOUK_GOLDEN = array(
	'url'      => 'http://golden.invalid',
	'title'    => 'Golden shop',
	'username' => 'golden-owner',
	'email'    => 'owner@golden.invalid',
);

/** Whether the golden shop is what these settings ask for, but for what is adopted. */
function souk_golden_fits( Souk_Settings $settings ): bool {
	return $settings->sample_products;
}

function souk_adopt_golden( Souk_Settings $settings, Souk_State $state ): void {
	souk_move_time( (int) $state->get( 'made' ) );
	souk_adopt_owner( $settings );
	if ( null !== $state->get( 'woocommerce' ) ) {
		update_option( 'woocommerce_store_id', wp_generate_uuid4() );
		if ( get_option( 'woocommerce_default_country' ) !== $settings->country || get_option( 'woocommerce_currency' ) !== $settings->currency ) {
			souk_configure_woocommerce( $settings );
		}
		souk_adopt_uploads();
	}
	souk_step( 'golden shop adopted' );
}

/** Moves what was published and what is scheduled from the time of the build to now. */
function souk_move_time( int $made ): void {
	global $wpdb;
	$now  = time();
	$late = $now - $made;
	$wpdb->query( 'START TRANSACTION' );
	foreach ( array( 'post_date', 'post_date_gmt', 'post_modified', 'post_modified_gmt' ) as $column ) {
		$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->posts SET $column = $column + INTERVAL %d SECOND WHERE $column > '1971-01-01'", $late ) ); // phpcs:ignore WordPress.DB.PreparedSQL
	}
	foreach ( array( 'admin_email_lifespan', 'woocommerce_admin_install_timestamp' ) as $name ) {
		if ( get_option( $name ) ) {
			update_option( $name, (int) get_option( $name ) + $late );
		}
	}
	$moved = array();
	foreach ( (array) get_option( 'cron' ) as $due => $events ) {
		$moved[ is_int( $due ) ? $due + $late : $due ] = $events;
	}
	update_option( 'cron', $moved );
	// In the same transaction: run again, it moves by the seconds since.
	$wpdb->query( $wpdb->prepare( "REPLACE INTO souk_state (name, value) VALUES ('made', %s)", (string) $now ) );
	$wpdb->query( 'COMMIT' );
}

function souk_adopt_owner( Souk_Settings $settings ): void {
	global $wpdb;
	$admin = souk_admin();
	$wpdb->update(
		$wpdb->users,
		array(
			'user_login'      => $admin['username'],
			'user_nicename'   => mb_substr( sanitize_title( $admin['username'] ), 0, 50 ),
			'display_name'    => $admin['username'],
			'user_email'      => $admin['email'],
			'user_url'        => $settings->url,
			'user_pass'       => souk_admin_password_hash(),
			'user_registered' => gmdate( 'Y-m-d H:i:s' ),
		),
		array( 'ID' => 1 )
	);
	clean_user_cache( 1 );
	update_user_meta( 1, 'nickname', $admin['username'] );
	souk_adopt_options( SOUK_GOLDEN['email'], $admin['email'] );
	souk_adopt_options( SOUK_GOLDEN['title'], $settings->title );
	$wpdb->query( $wpdb->prepare( "UPDATE $wpdb->posts SET guid = REPLACE(guid, %s, %s)", SOUK_GOLDEN['url'], $settings->url ) );
	wp_cache_flush();
}

/** Whatever took the owner's address or the shop's name over from WordPress has the whole of it, alone or in a list. */
function souk_adopt_options( string $golden, string $own ): void {
	global $wpdb;
	$rows = $wpdb->get_results( $wpdb->prepare( "SELECT option_id, option_value FROM $wpdb->options WHERE option_value LIKE %s", '%' . $wpdb->esc_like( $golden ) . '%' ) );
	foreach ( $rows as $row ) {
		$value = map_deep( maybe_unserialize( $row->option_value ), fn( $item ) => $item === $golden ? $own : $item );
		$wpdb->update( $wpdb->options, array( 'option_value' => maybe_serialize( $value ) ), array( 'option_id' => $row->option_id ) );
	}
}

/** The files of the rows that are there already. */
function souk_adopt_uploads(): void {
	$uploads = wp_upload_dir( null, false )['basedir'];
	foreach ( souk_catalogue() as $entry ) {
		souk_copy_picture( $entry['picture'] );
	}
	copy( WC()->plugin_path() . '/assets/images/placeholder-attachment.png', "$uploads/woocommerce-placeholder.png" );
	// What customers pay for is kept from those who do not; nginx sees to that, WooCommerce looks for the files.
	wp_mkdir_p( "$uploads/woocommerce_uploads" );
	file_put_contents( "$uploads/woocommerce_uploads/index.html", '' );
	file_put_contents( "$uploads/woocommerce_uploads/.htaccess", 'deny from all' );
}
