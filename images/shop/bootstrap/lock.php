<?php
/**
 * One bootstrap of a shop at a time: a lock of the database server, held by a connection of its own.
 *
 * When a pod is killed hard, its network goes before its goodbye arrives, and the server would hold the lock for
 * a connection that nobody has. So the server gives this connection up when it hears nothing for some seconds,
 * and the bootstrap makes itself heard (tick()). One that was silent for too long takes the lock again or ends.
 */

final class Souk_Lock {
	private const SILENCE = 10; // Seconds after which the server gives the connection up.
	private float $heard  = 0;

	private function __construct( private mysqli $db ) {}

	/** Takes the lock, or returns null with the reason in $waiting. */
	public static function take( ?string &$waiting ): ?self {
		$db = souk_database( $waiting );
		if ( ! $db ) {
			return null;
		}
		$db->query( 'SET SESSION wait_timeout = ' . self::SILENCE );
		if ( ! $db->query( "SELECT GET_LOCK('souk_bootstrap', 5)" )->fetch_row()[0] ) {
			$waiting = 'another bootstrap of this shop is running, or was killed some seconds ago';
			return null;
		}
		$lock        = new self( $db );
		$lock->heard = microtime( true );
		return $lock;
	}

	/** The connection that holds the lock, alive. */
	public function database(): mysqli {
		$this->tick( 0 );
		return $this->db;
	}

	/** Lets the server hear from this bootstrap, at most once in some seconds. */
	public function tick( float $seconds = 2 ): void {
		if ( microtime( true ) - $this->heard < $seconds ) {
			return;
		}
		try {
			$this->db->query( 'DO 1' );
		} catch ( mysqli_sql_exception $lost ) {
			$again = self::take( $waiting );
			if ( ! $again ) {
				throw new RuntimeException( "the connection to the database was lost: $waiting" );
			}
			$this->db = $again->db;
		}
		$this->heard = microtime( true );
	}
}
