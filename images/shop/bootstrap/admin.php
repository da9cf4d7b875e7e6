<?php
/**
 * The first administrator, from the Secret. The password counts at the first installation only; afterwards it
 * is the owner's.
 */

/** @return array{username: string, email: string} */
function souk_admin(): array {
	return array(
		'username' => souk_secret( 'admin/username' ),
		'email'    => souk_secret( 'admin/email' ),
	);
}

/**
 * The hash that wp-login.php will compare with. WordPress adds slashes to what a form posts and trims it before
 * it compares, so that is what is hashed; the rest is wp_hash_password() of WordPress 6.8. Hashing takes a
 * third of a second: it is done while the database starts, and once.
 */
function souk_admin_password_hash(): string {
	static $hash = null;
	if ( null === $hash ) {
		$typed = trim( addslashes( souk_secret( 'admin/password' ) ) );
		$hash  = '$wp' . password_hash( base64_encode( hash_hmac( 'sha384', $typed, 'wp-sha384', true ) ), PASSWORD_BCRYPT );
	}
	return $hash;
}
