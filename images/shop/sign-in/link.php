<?php
/**
 * A link as crates/souk/src/login_link.rs makes it: a JWT (HS256), signed with a key that is derived from the seed of
 * the shop's keys for this one purpose. It names the store it is for, the person it was made for, its end, and itself.
 */

final class Souk_Link {
	private const HEADER  = '{"alg":"HS256","typ":"souk-login+jwt"}';
	private const PURPOSE = 'souk login link v1';
	private const SEED    = 32;    // Shortest seed that anything was signed with, in characters.
	private const LONGEST = 4096;  // Longest token that is looked at, in characters.
	private const AHEAD   = 120;   // Seconds that a link may still have, by this machine's clock. Souk gives it 60.
	private const KEPT    = 86400; // Seconds after its end that a used link is remembered, should a clock go back.

	private function __construct( public readonly string $id, public readonly string $user, private readonly int $end ) {}

	/**
	 * A token that Souk signed for this store and that is still good, or null with the reason, for the log. Nothing in
	 * it is looked at before its signature was.
	 *
	 * @param mixed $token as it was posted, which can be anything.
	 */
	public static function read( $token, string $seed, string $store, int $now, ?string &$reason ): ?self {
		$reason = 'it is no token';
		if ( ! is_string( $token ) || strlen( $token ) > self::LONGEST || ! preg_match( '/\A([\w-]+)\.([\w-]+)\.([\w-]+)\z/', $token, $parts ) ) {
			return null;
		}
		if ( strlen( $seed ) < self::SEED ) {
			$reason = 'the seed of the shop\'s keys is too short';
			return null;
		}
		list( , $header, $payload, $signature ) = $parts;
		$key      = hash_hmac( 'sha256', self::PURPOSE, $seed, true );
		$expected = self::encode( hash_hmac( 'sha256', "$header.$payload", $key, true ) );
		// One header only: no token chooses how it is checked.
		if ( ! hash_equals( $expected, $signature ) || ! hash_equals( self::encode( self::HEADER ), $header ) ) {
			$reason = 'it is not signed with the key of this store';
			return null;
		}
		$claims = json_decode( (string) base64_decode( strtr( $payload, '-_', '+/' ), true ), true );
		$id     = $claims['jti'] ?? null;
		$user   = $claims['sub'] ?? null;
		$end    = $claims['exp'] ?? null;
		$reason = 'its claims are not what Souk signs';
		if ( ! is_string( $id ) || ! preg_match( '/\A[0-9a-f]{32}\z/', $id ) || ! is_string( $user ) || ! preg_match( '/\A[^[:cntrl:]]{1,255}\z/u', $user ) || ! is_int( $end ) ) {
			return null;
		}
		if ( '' === $store || ( $claims['aud'] ?? null ) !== $store ) {
			$reason = "it is for another store link=$id";
			return null;
		}
		if ( $end <= $now || $end > $now + self::AHEAD ) {
			$reason = sprintf( 'it ended %d s ago, by the clock of this machine link=%s', $now - $end, $id );
			return null;
		}
		return new self( $id, $user, $end );
	}

	/** Uses the link up. True the first time; of two requests at once, the table's key lets one through. */
	public function use( mysqli $db ): bool {
		$db->query( 'CREATE TABLE IF NOT EXISTS souk_login_links (id CHAR(32) CHARACTER SET ascii PRIMARY KEY, user VARCHAR(255) NOT NULL, ends_at BIGINT NOT NULL) DEFAULT CHARSET=utf8mb4' );
		try {
			$db->execute_query( 'INSERT INTO souk_login_links (id, user, ends_at) VALUES (?, ?, ?)', array( $this->id, $this->user, $this->end ) );
		} catch ( mysqli_sql_exception $error ) {
			if ( 1062 === $error->getCode() ) { // Duplicate key.
				return false;
			}
			throw $error;
		}
		$db->execute_query( 'DELETE FROM souk_login_links WHERE ends_at < ?', array( time() - self::KEPT ) );
		return true;
	}

	private static function encode( string $bytes ): string {
		return rtrim( strtr( base64_encode( $bytes ), '+/', '-_' ), '=' );
	}
}
