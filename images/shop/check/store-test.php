<?php
/**
 * `helm test`: from a pod of its own, fetches the storefront and the shop's own check through the Service and
 * says what it saw. Arguments: the address inside the cluster. The token comes from a mounted secret.
 */

require '/opt/souk/bootstrap/database.php';

/** @return array{0: int, 1: array<string,string>, 2: string} status, headers, body */
function souk_get( string $url, array $headers ): array {
	$context = stream_context_create(
		array(
			'http' => array(
				'header'          => implode( "\r\n", $headers ),
				'timeout'         => 30,
				'ignore_errors'   => true,
				'follow_location' => 0,
			),
		)
	);
	$body = @file_get_contents( $url, false, $context );
	if ( false === $body ) {
		fwrite( STDERR, "failed: $url does not answer: " . ( error_get_last()['message'] ?? '' ) . "\n" );
		exit( 1 );
	}
	$seen = array();
	foreach ( array_slice( $http_response_header, 1 ) as $line ) {
		list( $name, $value )           = explode( ':', $line, 2 ) + array( 1 => '' );
		$seen[ strtolower( $name ) ] = trim( $value );
	}
	return array( (int) explode( ' ', $http_response_header[0] )[1], $seen, $body );
}

function souk_require( bool $truth, string $what ): void {
	echo $truth ? 'ok: ' : 'failed: ', $what, "\n";
	if ( ! $truth ) {
		exit( 1 );
	}
}

$inside  = $argv[1] ?? 'http://shop';
$address = parse_url( (string) getenv( 'SHOP_URL' ) );
$headers = array(
	'Host: ' . $address['host'] . ( isset( $address['port'] ) ? ':' . $address['port'] : '' ),
	'X-Forwarded-Proto: ' . $address['scheme'],
);
list( $status, $seen, $body ) = souk_get( "$inside/", $headers );
souk_require( 200 === $status, "the storefront answers 200 (it answered $status)" );
souk_require( getenv( 'STORE_ID' ) === ( $seen['x-souk-store'] ?? '' ), 'the answer names this store' );
souk_require( str_contains( $body, '</html>' ), 'the page is whole' );

list( $status ) = souk_get( "$inside/.well-known/souk/check", $headers );
souk_require( 403 === $status, "the check refuses a call without the token (it answered $status)" );
list( $status, , $body ) = souk_get( "$inside/.well-known/souk/check", array_merge( $headers, array( 'Authorization: Bearer ' . souk_secret( 'keys/check-token' ) ) ) );
$answer                  = json_decode( $body, true );
foreach ( $answer['checks'] ?? array() as $check ) {
	echo "  {$check['name']}: {$check['status']}: {$check['message']}\n";
}
souk_require( 200 === $status && true === ( $answer['ok'] ?? null ), "the shop's own check passed (it answered $status)" );
list( $status, $seen ) = souk_get( "$inside/.well-known/souk/sign-in", $headers );
souk_require( 200 === $status && 'no-store' === ( $seen['cache-control'] ?? '' ), "the page for sign-in links answers (it answered $status)" );
echo $answer['orders'] ? "ok: orders can be placed\n" : "note: this shop cannot take orders: its image has no WooCommerce\n";
