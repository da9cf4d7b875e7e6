<?php
/**
 * The shop's plain connection to its database and its secrets, for scripts that do not (yet) load WordPress.
 * wp-config.php takes its settings from here too, so that they exist once.
 */

const SOUK_SECRETS  = '/run/secrets/souk';
const SOUK_DATABASE = 'shop';

/** A mounted secret; one newline at its end, as editors leave it, does not count. */
function souk_secret( string $path ): string {
	$value = @file_get_contents( SOUK_SECRETS . '/' . $path );
	if ( false === $value ) {
		error_log( 'souk: secret file ' . SOUK_SECRETS . "/$path is missing; does the Secret have this key?" );
		http_response_code( 500 );
		exit( 1 );
	}
	return preg_replace( '/\r?\n\z/', '', $value );
}

/**
 * Connects with a timeout of one second: a packet sent before the Service's rule exists would hang for many.
 *
 * @return mysqli|null null when the database cannot be reached; the reason is in $error.
 */
function souk_database( ?string &$error = null ): ?mysqli {
	mysqli_report( MYSQLI_REPORT_OFF );
	$db = mysqli_init();
	$db->options( MYSQLI_OPT_CONNECT_TIMEOUT, 1 );
	if ( ! @$db->real_connect( getenv( 'DB_HOST' ) ?: 'database', SOUK_DATABASE, souk_secret( 'database/password' ), SOUK_DATABASE ) ) {
		$error = mysqli_connect_error();
		return null;
	}
	mysqli_report( MYSQLI_REPORT_ERROR | MYSQLI_REPORT_STRICT );
	$db->set_charset( 'utf8mb4' );
	return $db;
}
