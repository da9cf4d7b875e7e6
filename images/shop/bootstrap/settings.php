<?php
/**
 * What the chart tells the shop by its environment, read once and checked, with the field named when it is wrong.
 */

final class Souk_Settings {
	public function __construct(
		public readonly string $url,
		public readonly string $title,
		public readonly string $country,
		public readonly string $currency,
		public readonly bool $sample_products,
		public readonly string $image,
	) {}

	public static function read(): self {
		$url = (string) getenv( 'SHOP_URL' );
		if ( ! preg_match( '#^https?://[^/\s]+$#', $url ) ) {
			throw new InvalidArgumentException( "SHOP_URL (value store.url) must be scheme://host[:port] without a path, it is \"$url\"" );
		}
		return new self(
			$url,
			(string) ( getenv( 'SHOP_TITLE' ) ?: 'Shop' ),
			(string) ( getenv( 'SEED_COUNTRY' ) ?: 'DE' ),
			(string) ( getenv( 'SEED_CURRENCY' ) ?: 'EUR' ),
			'false' !== getenv( 'SEED_SAMPLE_PRODUCTS' ),
			trim( (string) @file_get_contents( '/opt/souk/image.id' ) ) ?: 'unknown'
		);
	}
}
