<?php
/**
 * Called once a minute in a php-fpm worker. Looks into the database whether anything is due and only then
 * loads WordPress and runs its cron: a store that has nothing to do costs two queries a minute.
 */

require '/opt/souk/bootstrap/database.php';

/** Whether an event of WordPress, or an action of WooCommerce's queue, is due. */
function souk_cron_due( mysqli $db ): bool {
	$row = $db->query( "SELECT option_value FROM wp_options WHERE option_name = 'cron'" )->fetch_row();
	$due = array();
	foreach ( (array) @unserialize( (string) ( $row[0] ?? '' ), array( 'allowed_classes' => false ) ) as $time => $hooks ) {
		if ( is_int( $time ) && $time <= time() ) {
			$due += (array) $hooks;
		}
	}
	// WooCommerce's queue rings every minute, whether or not it holds anything.
	if ( array_diff( array_keys( $due ), array( 'action_scheduler_run_queue' ) ) ) {
		return true;
	}
	if ( ! $db->query( "SHOW TABLES LIKE 'wp\\_actionscheduler\\_actions'" )->fetch_row() ) {
		return false;
	}
	$action = $db->query( "SELECT 1 FROM wp_actionscheduler_actions WHERE status = 'pending' AND scheduled_date_gmt <= UTC_TIMESTAMP() LIMIT 1" );
	return (bool) $action->fetch_row();
}

$db = souk_database();
if ( ! $db ) {
	http_response_code( 503 );
	exit;
}
$due = souk_cron_due( $db );
$db->close();
if ( $due ) {
	require '/opt/souk/wordpress/wp-cron.php';
}
