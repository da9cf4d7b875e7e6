<?php
/**
 * At image build: draws the sample products' pictures with GD, in the sizes that WordPress and WooCommerce
 * show, with the metadata that WordPress keeps of them. `php pictures.php PRODUCTS.JSON FOLDER`.
 */

const EDGE   = 900;  // Pixels of the picture.
const CANVAS = 1800; // Drawn twice as large and shrunk, which smooths the edges.

require __DIR__ . '/drawings.php';

/** Names and edges of the smaller pictures; the theme asks WooCommerce for 450 and 600 pixels. */
const SIZES = array(
	'thumbnail'                     => 150,
	'medium'                        => 300,
	'medium_large'                  => 768,
	'woocommerce_thumbnail'         => 450,
	'woocommerce_single'            => 600,
	'woocommerce_gallery_thumbnail' => 100,
);

function shrink( GdImage $source, int $edge ): GdImage {
	$small = imagecreatetruecolor( $edge, $edge );
	imagecopyresampled( $small, $source, 0, 0, 0, 0, $edge, $edge, imagesx( $source ), imagesy( $source ) );
	return $small;
}

function save( GdImage $picture, string $file ): int {
	imageinterlace( $picture, true );
	if ( ! imagejpeg( $picture, $file, 84 ) ) {
		fwrite( STDERR, "cannot write $file\n" );
		exit( 1 );
	}
	return (int) filesize( $file );
}

list( , $products, $folder ) = $argv;
foreach ( json_decode( (string) file_get_contents( $products ), true, 16, JSON_THROW_ON_ERROR ) as $product ) {
	$name    = $product['picture'];
	$canvas  = new Drawing( CANVAS );
	$drawing = "draw_$name";
	$drawing( $canvas );
	$picture = shrink( $canvas->image, EDGE );
	$meta    = array(
		'width'    => EDGE,
		'height'   => EDGE,
		'filesize' => save( $picture, "$folder/$name.jpg" ),
		'sizes'    => array(),
	);
	foreach ( SIZES as $size => $edge ) {
		$file                   = "$name-{$edge}x$edge.jpg";
		$meta['sizes'][ $size ] = array(
			'file'      => $file,
			'width'     => $edge,
			'height'    => $edge,
			'mime-type' => 'image/jpeg',
			'filesize'  => save( shrink( $picture, $edge ), "$folder/$file" ),
		);
	}
	file_put_contents( "$folder/$name.json", json_encode( $meta ) );
	echo "$name drawn\n";
}
