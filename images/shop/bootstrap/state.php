<?php
/**
 * What Souk remembers of a shop, in the shop's own database: how far the first installation came, and which
 * title, address and image were applied last. It says nothing about what the owner did since.
 *
 * Keys: install (golden|running|done), made (of the golden shop, seconds since 1970), title, url, image, woocommerce
 * (version first set up), seeded (yes|no).
 */

final class Souk_State {
	/** @var array<string,string> */
	private array $values = array();

	public function __construct( private Souk_Lock $lock ) {
		$db = $lock->database();
		$db->query( 'CREATE TABLE IF NOT EXISTS souk_state (name VARCHAR(64) PRIMARY KEY, value TEXT NOT NULL) DEFAULT CHARSET=utf8mb4' );
		foreach ( $db->query( 'SELECT name, value FROM souk_state' ) as $row ) {
			$this->values[ $row['name'] ] = $row['value'];
		}
	}

	public function get( string $name ): ?string {
		return $this->values[ $name ] ?? null;
	}

	public function set( string $name, string $value ): void {
		$this->lock->database()->execute_query( 'REPLACE INTO souk_state (name, value) VALUES (?, ?)', array( $name, $value ) );
		$this->values[ $name ] = $value;
	}

	/** Whether WordPress's options table is there: some installation, finished or not. */
	public function has_tables(): bool {
		return (bool) $this->lock->database()->query( "SHOW TABLES LIKE 'wp\\_options'" )->fetch_row();
	}

	/**
	 * Removes the golden shop, or what an installation that was cut short left. Nobody was served before it ended, so nothing of
	 * the owner's can be in it.
	 */
	public function wipe_unfinished(): void {
		if ( ! in_array( $this->get( 'install' ), array( 'golden', 'running' ), true ) ) {
			throw new LogicException( 'only an unfinished installation may be removed' );
		}
		$this->set( 'install', 'running' );
		$db = $this->lock->database();
		$db->query( 'SET FOREIGN_KEY_CHECKS = 0' );
		foreach ( $db->query( "SHOW TABLES LIKE 'wp\\_%'" )->fetch_all() as $row ) {
			$db->query( "DROP TABLE `{$row[0]}`" );
		}
		$db->query( 'SET FOREIGN_KEY_CHECKS = 1' );
		$db->query( "DELETE FROM souk_state WHERE name <> 'install'" );
		$this->values = array( 'install' => 'running' );
	}
}
