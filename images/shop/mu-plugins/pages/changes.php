<?php
/**
 * Watches what a request writes to the database, and has nginx forget its pages when a page could show it. The statements
 * themselves are looked at, not hooks: no plugin, importer or order that changes a price, the stock or a menu can be missed.
 *
 * Tables of other plugins are not watched, since many write to theirs at every visit: what they change is seen when a page's
 * time is over, or at the next change of anything else.
 */

final class Souk_Changes {
	/** What pages are made from, without WordPress's prefix. Lookup tables of WooCommerce follow these. */
	private const TABLES = 'posts|postmeta|terms|termmeta|term_taxonomy|term_relationships|comments|links|options'
		. '|woocommerce_tax_rates|woocommerce_tax_rate_locations|wc_tax_rate_classes|woocommerce_attribute_taxonomies'
		. '|woocommerce_shipping_zones|woocommerce_shipping_zone_locations|woocommerce_shipping_zone_methods';

	/**
	 * What is written to those all the time and is on no page: caches, the queue, who edits what, orders and
	 * their notes, the platform's check. Each
	 * is a quoted value, which text that somebody writes cannot contain: its quotes are escaped.
	 */
	private const NOISE = '/(?<!\\\\)\'(?:\\\\{0,2}_(?:site\\\\{0,2}_)?transient|(?:cron|_edit_lock|_edit_last|total_sales|order_note|souk_check)\'|action_scheduler_|shop_order)|SET `(?:comment_count|guid)` =/';

	private const LONGEST = 1.0; // Seconds that a change may be in the database while the request that made it goes on.

	private bool $changed = false;
	private float $told;
	private string $writes;

	public function watch(): void {
		global $wpdb;
		$this->told   = microtime( true );
		$this->writes = '/^\s*(?:INSERT|REPLACE|UPDATE|DELETE|TRUNCATE)\b[^\'"]*?\b' . preg_quote( $wpdb->prefix, '/' ) . '(?:' . self::TABLES . ')\b/i';
		add_filter( 'query', array( $this, 'look_at_statement' ), PHP_INT_MAX );
		// New code of a plugin or theme.
		add_action( 'upgrader_process_complete', fn() => $this->changed = true );
		add_action( 'shutdown', array( $this, 'tell' ), PHP_INT_MAX );
	}

	/** Called before a statement runs: those before it are in the database. */
	public function look_at_statement( $statement ) {
		if ( $this->changed && microtime( true ) - $this->told > self::LONGEST ) {
			$this->tell();
		}
		$this->changed = $this->changed || ( preg_match( $this->writes, (string) $statement ) && ! preg_match( self::NOISE, (string) $statement ) );
		return $statement;
	}

	public function tell(): void {
		if ( $this->changed ) {
			$this->changed = false;
			$this->told    = microtime( true );
			souk_forget_pages();
		}
	}
}
