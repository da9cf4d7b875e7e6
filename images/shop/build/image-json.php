<?php
/**
 * At image build: writes what is in the image to /opt/souk/image.json. What was verified about WooCommerce is
 * passed in by images/build.
 */

$version = static function ( string $file, string $pattern ): ?string {
	return preg_match( $pattern, (string) @file_get_contents( $file ), $match ) ? $match[1] : null;
};
$packages = array();
foreach ( file( '/opt/souk/packages.txt', FILE_IGNORE_NEW_LINES ) as $line ) {
	list( $name, $number ) = explode( ' ', $line );
	$packages[ $name ]     = $number;
}
$woocommerce = $version( '/opt/souk/content/plugins/woocommerce/woocommerce.php', '/^ \* Version: (\S+)/m' );
echo json_encode(
	array(
		'wordpress'           => $version( '/opt/souk/wordpress/wp-includes/version.php', '/\$wp_version = \'([^\']+)\'/' ),
		'woocommerce'         => $woocommerce,
		'woocommerceSha256'   => getenv( 'WOOCOMMERCE_SHA256' ) ?: null,
		'woocommerceVerified' => $woocommerce ? 'true' === getenv( 'WOOCOMMERCE_VERIFIED' ) : null,
		'php'                 => PHP_VERSION,
		'packages'            => $packages,
	),
	JSON_PRETTY_PRINT | JSON_UNESCAPED_SLASHES
), "\n";
