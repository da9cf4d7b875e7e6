<?php
/**
 * Plugin Name: Souk
 * Description: What makes WordPress a good tenant of its pod: no mail transport, no calls outside, no updates of immutable code.
 */

defined( 'ABSPATH' ) || exit;

// Without a mail transport wp_mail() fails, and with it whatever waits for its answer. Say that a mail was
// dropped, never what was in it.
add_filter(
	'pre_wp_mail',
	function ( $answer, $mail ) {
		if ( null !== $answer ) {
			return $answer;
		}
		$recipients = is_array( $mail['to'] ) ? count( $mail['to'] ) : substr_count( (string) $mail['to'], ',' ) + 1;
		error_log( "mail not sent: this store has no mail transport recipients=$recipients" );
		return true;
	},
	999,
	2
);

// The pod cannot reach its own address from inside; trying would only wait.
add_filter( 'block_local_requests', '__return_true' );
add_filter( 'action_scheduler_allow_async_request_runner', '__return_false' );

// Core, WooCommerce and the theme come with the image; new versions come with a new image.
remove_action( 'init', 'wp_schedule_update_checks' );
add_filter( 'woocommerce_enable_auto_update_db', '__return_true' );
add_filter( 'woocommerce_allow_marketplace_suggestions', '__return_false' );
add_filter( 'woocommerce_allow_tracking', '__return_false' );
add_filter( 'woocommerce_show_admin_notice', fn( $show, $notice ) => 'no_secure_connection' === $notice ? false : $show, 10, 2 );
add_filter(
	'site_status_tests',
	function ( $tests ) {
		unset( $tests['async']['background_updates'], $tests['async']['loopback_requests'], $tests['async']['dotorg_communication'] );
		unset( $tests['direct']['plugin_theme_auto_updates'], $tests['direct']['http_requests'], $tests['direct']['update_temp_backup_writable'] );
		return $tests;
	}
);
