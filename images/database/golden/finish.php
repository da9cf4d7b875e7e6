<?php
/**
 * At image build: takes from the installed shop what no other shop may have (a password, what was cached), marks it
 * as golden, and has the server write everything out and end.
 */

require '/opt/souk/bootstrap/golden.php';

mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
$db    = new mysqli( 'localhost', 'shop', '', 'shop' );
$state = array_column( $db->query( 'SELECT name, value FROM souk_state' )->fetch_all(), 1, 0 );
if ( 'done' !== ( $state['install'] ?? null ) || SOUK_GOLDEN['url'] !== $state['url'] ) {
	fwrite( STDERR, "golden: the installation has not reached its end\n" );
	exit( 1 );
}
$db->query( "UPDATE wp_users SET user_pass = '!'" );
$db->query( "DELETE FROM wp_usermeta WHERE meta_key = 'session_tokens'" );
if ( $db->query( "SHOW TABLES LIKE 'wp\\_woocommerce\\_sessions'" )->fetch_row() ) {
	$db->query( 'DELETE FROM wp_woocommerce_sessions' );
}
$db->query( "DELETE FROM wp_options WHERE option_name LIKE '\\_transient\\_%' OR option_name LIKE '\\_site\\_transient\\_%'" );
$db->execute_query( "REPLACE INTO souk_state (name, value) VALUES ('install', 'golden'), ('made', ?)", array( (string) time() ) );
$db->query( 'SET GLOBAL innodb_fast_shutdown = 0' );
$db->query( 'SHUTDOWN' );
echo 'golden: WordPress', isset( $state['woocommerce'] ) ? " and WooCommerce {$state['woocommerce']}" : '', ", packed\n";
