<?php
/**
 * A FastCGI client for the command line: `php -n client.php SOCKET SCRIPT URI` has one php-fpm worker run
 * SCRIPT, streams what it prints and ends with 0 when the answer was a 2xx or 3xx. It owns no policy: who may
 * call what is a matter of the socket's permissions.
 */

/** One FastCGI record of request 1. */
function souk_record( int $type, string $body ): string {
	return pack( 'CCnnCC', 1, $type, 1, strlen( $body ), 0, 0 ) . $body;
}

/** A name-value pair with lengths in the four-byte form. */
function souk_pair( string $name, string $value ): string {
	return pack( 'NN', strlen( $name ) | 0x80000000, strlen( $value ) | 0x80000000 ) . $name . $value;
}

/**
 * Sends one GET request.
 *
 * @param callable $output called with each piece of standard output, headers included.
 * @return bool whether the whole answer arrived.
 */
function souk_fastcgi( string $socket, string $script, string $uri, string $host, bool $https, callable $output ): bool {
	$stream = @stream_socket_client( "unix://$socket", $code, $message, 5 );
	if ( ! $stream ) {
		fwrite( STDERR, "fastcgi: cannot connect to $socket: $message\n" );
		return false;
	}
	stream_set_timeout( $stream, 900 );
	$parts  = explode( '?', $uri, 2 );
	$params = array(
		'GATEWAY_INTERFACE' => 'CGI/1.1',
		'REQUEST_METHOD'    => 'GET',
		'SERVER_PROTOCOL'   => 'HTTP/1.1',
		'SERVER_SOFTWARE'   => 'souk',
		'SERVER_NAME'       => $host,
		'HTTP_HOST'         => $host,
		'REMOTE_ADDR'       => '127.0.0.1',
		'SCRIPT_FILENAME'   => $script,
		'SCRIPT_NAME'       => $parts[0],
		'REQUEST_URI'       => $uri,
		'QUERY_STRING'      => $parts[1] ?? '',
	);
	if ( $https ) {
		$params['HTTPS'] = 'on';
	}
	$body = '';
	foreach ( $params as $name => $value ) {
		$body .= souk_pair( $name, $value );
	}
	fwrite( $stream, souk_record( 1, pack( 'nCx5', 1, 0 ) ) . souk_record( 4, $body ) . souk_record( 4, '' ) . souk_record( 5, '' ) );
	while ( true ) {
		$head = stream_get_contents( $stream, 8 );
		if ( false === $head || strlen( $head ) < 8 ) {
			fwrite( STDERR, "fastcgi: the worker ended without an answer\n" );
			return false;
		}
		$record  = unpack( 'Cversion/Ctype/nid/nlength/Cpadding', $head );
		$length  = $record['length'] + $record['padding'];
		$content = $length ? substr( (string) stream_get_contents( $stream, $length ), 0, $record['length'] ) : '';
		if ( 6 === $record['type'] && '' !== $content ) {
			$output( $content );
		} elseif ( 7 === $record['type'] ) {
			fwrite( STDERR, rtrim( $content ) . "\n" );
		} elseif ( 3 === $record['type'] ) {
			return true;
		}
	}
}

if ( realpath( $argv[0] ?? '' ) !== __FILE__ ) {
	return;
}
if ( count( $argv ) < 4 ) {
	fwrite( STDERR, "usage: php -n client.php SOCKET SCRIPT URI\n" );
	exit( 2 );
}
$address = parse_url( (string) getenv( 'SHOP_URL' ) );
$host    = ( $address['host'] ?? 'localhost' ) . ( isset( $address['port'] ) ? ':' . $address['port'] : '' );
$https   = 'https' === ( $address['scheme'] ?? '' );
$headers = null;
$pending = '';
$status  = 200;
$whole   = souk_fastcgi(
	$argv[1],
	$argv[2],
	$argv[3],
	$host,
	$https,
	function ( string $piece ) use ( &$headers, &$pending, &$status ) {
		if ( null !== $headers ) {
			echo $piece;
			return;
		}
		$pending .= $piece;
		if ( str_contains( $pending, "\r\n\r\n" ) ) {
			list( $headers, $rest ) = explode( "\r\n\r\n", $pending, 2 );
			if ( preg_match( '/^Status: (\d+)/mi', $headers, $match ) ) {
				$status = (int) $match[1];
			}
			echo $rest;
		}
	}
);
exit( $whole && $status >= 200 && $status < 400 ? 0 : 1 );
