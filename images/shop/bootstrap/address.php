<?php
/**
 * The shop's address. wp-config.php makes the environment's authoritative; here the rows that repeat it follow,
 * and links in stored content, also inside serialized values, move from the old address to the new.
 */

/** Writes the address into the two options, which WP_HOME and WP_SITEURL hide from update_option(). */
function souk_store_address( Souk_Settings $settings ): void {
	global $wpdb;
	foreach ( array( 'siteurl', 'home' ) as $name ) {
		$wpdb->update( $wpdb->options, array( 'option_value' => $settings->url ), array( 'option_name' => $name ) );
	}
	wp_cache_delete( 'alloptions', 'options' );
}

/** Moves stored links when the address changed since Souk last set it. */
function souk_apply_address( Souk_Settings $settings, Souk_State $state ): void {
	global $wpdb;
	$old = $state->get( 'url' ) ?? untrailingslashit( (string) $wpdb->get_var( "SELECT option_value FROM $wpdb->options WHERE option_name = 'home'" ) );
	if ( $old === $settings->url ) {
		return;
	}
	$tables = array(
		array( $wpdb->posts, 'ID', 'post_content' ),
		array( $wpdb->posts, 'ID', 'post_excerpt' ),
		array( $wpdb->postmeta, 'meta_id', 'meta_value' ),
		array( $wpdb->termmeta, 'meta_id', 'meta_value' ),
		array( $wpdb->term_taxonomy, 'term_taxonomy_id', 'description' ),
		array( $wpdb->comments, 'comment_ID', 'comment_content' ),
		array( $wpdb->options, 'option_id', 'option_value' ),
	);
	// Where WooCommerce lets downloads be sold from.
	$directories = $wpdb->prefix . 'wc_product_download_directories';
	if ( $wpdb->get_var( $wpdb->prepare( 'SHOW TABLES LIKE %s', $wpdb->esc_like( $directories ) ) ) ) {
		$tables[] = array( $directories, 'url_id', 'url' );
	}
	$moved = 0;
	foreach ( $tables as list( $table, $key, $column ) ) {
		$moved += souk_move_links( $table, $key, $column, $old, $settings->url );
	}
	souk_store_address( $settings );
	flush_rewrite_rules( false );
	wp_cache_flush();
	souk_step( "address changed from $old, $moved stored values followed" );
}

/** Replaces the old address in one column. @return int how many rows changed. */
function souk_move_links( string $table, string $key, string $column, string $old, string $new ): int {
	global $wpdb;
	$host = (string) preg_replace( '#^https?://#', '', $old );
	// phpcs:disable WordPress.DB.PreparedSQL
	$rows  = $wpdb->get_results( $wpdb->prepare( "SELECT $key AS id, $column AS value FROM $table WHERE $column LIKE %s", '%' . $wpdb->esc_like( $host ) . '%' ) );
	$moved = 0;
	foreach ( $rows as $row ) {
		$value = souk_replace_address( $row->value, $old, $new );
		if ( $value !== $row->value ) {
			$moved += (int) $wpdb->update( $table, array( $column => $value ), array( $key => $row->id ) );
		}
	}
	// phpcs:enable
	return $moved;
}

/** Replaces an address in a text or in a serialized value, whose lengths are kept right. */
function souk_replace_address( string $value, string $old, string $new ): string {
	if ( is_serialized( $value ) ) {
		$data = @unserialize( trim( $value ), array( 'allowed_classes' => false ) );
		// Objects are left alone: without their class they cannot be written back faithfully.
		if ( false === $data || str_contains( $value, 'O:' ) && preg_match( '/(^|[;{])O:\d+:"/', $value ) ) {
			return $value;
		}
		return serialize( souk_replace_in( $data, $old, $new ) );
	}
	return souk_replace_in( $value, $old, $new );
}

/** @param mixed $data a text, an array of such, or anything else, which is left alone. */
function souk_replace_in( $data, string $old, string $new ) {
	if ( is_array( $data ) ) {
		return array_map( fn( $item ) => souk_replace_in( $item, $old, $new ), $data );
	}
	if ( ! is_string( $data ) ) {
		return $data;
	}
	if ( is_serialized( $data ) ) {
		return souk_replace_address( $data, $old, $new );
	}
	// Not the beginning of a longer host or another port; plain, JSON-escaped and without a scheme.
	$end  = '(?![A-Za-z0-9-]|\.[A-Za-z0-9]|:\d)';
	$host = (string) preg_replace( '#^https?://#', '', $old );
	$to   = (string) preg_replace( '#^https?://#', '', $new );
	$data = preg_replace( '#https?://' . preg_quote( $host, '#' ) . $end . '#i', addcslashes( $new, '\\$' ), $data );
	$data = preg_replace( '#https?:\\\\/\\\\/' . preg_quote( $host, '#' ) . $end . '#i', addcslashes( str_replace( '/', '\\/', $new ), '\\$' ), $data );
	return preg_replace( '#(["\'(=])//' . preg_quote( $host, '#' ) . $end . '#i', '$1//' . addcslashes( $to, '\\$' ), $data );
}
