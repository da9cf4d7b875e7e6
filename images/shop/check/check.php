<?php
/**
 * The shop's own check, asked by the platform with a token: can this shop do what its image can do, and can an
 * order be placed. It loads WordPress once and answers in JSON; what it looks at is in checks.php.
 */

require '/opt/souk/bootstrap/database.php';

$sent = (string) ( $_SERVER['HTTP_AUTHORIZATION'] ?? '' );
if ( ! hash_equals( 'Bearer ' . souk_secret( 'keys/check-token' ), $sent ) ) {
	http_response_code( 403 );
	header( 'Content-Type: text/plain' );
	exit( "The check needs the store's token.\n" );
}

/** Answers and ends. */
function souk_answer( bool $ok, bool $orders, ?string $wordpress, ?string $woocommerce, array $checks ): never {
	http_response_code( $ok ? 200 : 503 );
	header( 'Content-Type: application/json' );
	header( 'Cache-Control: no-store' );
	echo json_encode(
		array(
			'ok'       => $ok,
			'orders'   => $orders,
			'versions' => array(
				'wordpress'   => $wordpress,
				'woocommerce' => $woocommerce,
				'php'         => PHP_MAJOR_VERSION . '.' . PHP_MINOR_VERSION,
			),
			'checks'   => $checks,
		),
		JSON_UNESCAPED_SLASHES | JSON_UNESCAPED_UNICODE
	), "\n";
	exit;
}

// WordPress answers a missing database with a page of its own, so try it first.
$db = souk_database( $error );
if ( ! $db ) {
	error_log( "souk: check: database: $error" );
	souk_answer( false, false, null, null, array( array( 'name' => 'database', 'status' => 'failed', 'message' => 'The database cannot be reached.' ) ) );
}
$db->close();

require '/opt/souk/wordpress/wp-load.php';
require __DIR__ . '/checks.php';

$checks = array();
foreach ( souk_checks() as $name => $check ) {
	try {
		list( $status, $message ) = $check();
	} catch ( Throwable $error ) {
		error_log( "souk: check: $name: " . $error->getMessage() );
		list( $status, $message ) = array( 'failed', 'The check itself failed; see the log of the shop.' );
	}
	$checks[ $name ] = array( 'name' => $name, 'status' => $status, 'message' => $message );
}
$states = array_column( $checks, 'status', 'name' );
souk_answer(
	! in_array( 'failed', $states, true ),
	array_unique( array_values( $states ) ) === array( 'ok' ),
	wp_get_wp_version(),
	function_exists( 'WC' ) ? WC()->version : null,
	array_values( $checks )
);
