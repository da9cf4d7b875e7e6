<?php
/**
 * The sample products. Their pictures, in every size that the shop shows, were drawn when the image was built
 * (build/pictures.php); here they are copied to the volume and described to WordPress.
 */

const SOUK_PICTURES = '/opt/souk/pictures';

/** The products of products.json. */
function souk_catalogue(): array {
	return json_decode( (string) file_get_contents( '/opt/souk/products.json' ), true, 16, JSON_THROW_ON_ERROR );
}

/** Adds the products that are not there yet, by SKU. */
function souk_seed_products(): void {
	require_once ABSPATH . 'wp-admin/includes/file.php';
	$catalogue = souk_catalogue();
	wp_defer_term_counting( true );
	foreach ( array_reverse( $catalogue ) as $order => $entry ) {
		if ( wc_get_product_id_by_sku( $entry['sku'] ) ) {
			continue;
		}
		$product = new WC_Product_Simple();
		$product->set_name( $entry['name'] );
		$product->set_sku( $entry['sku'] );
		$product->set_regular_price( $entry['price'] );
		$product->set_short_description( $entry['summary'] );
		$product->set_description( $entry['description'] );
		$product->set_status( 'publish' );
		$product->set_catalog_visibility( 'visible' );
		$product->set_category_ids( array( souk_product_category( $entry['category'] ) ) );
		$product->set_image_id( souk_add_picture( $entry['picture'], $entry['name'] ) );
		$product->set_date_created( time() - 60 * ( count( $catalogue ) - $order ) );
		$product->save();
	}
	wp_defer_term_counting( false );
}

/** The id of a product category, made when it is missing. */
function souk_product_category( string $name ): int {
	$term = term_exists( $name, 'product_cat' ) ?: wp_insert_term( $name, 'product_cat' );
	if ( is_wp_error( $term ) ) {
		throw new RuntimeException( "category $name: " . $term->get_error_message() );
	}
	return (int) $term['term_id'];
}

/** Copies a picture and its smaller sizes to the uploads and returns what WordPress keeps of it. */
function souk_copy_picture( string $picture ): array {
	$folder = wp_upload_dir( null, false )['basedir'] . '/products';
	if ( ! wp_mkdir_p( $folder ) ) {
		throw new RuntimeException( "cannot make $folder" );
	}
	$meta = json_decode( (string) file_get_contents( SOUK_PICTURES . "/$picture.json" ), true, 16, JSON_THROW_ON_ERROR );
	foreach ( array_merge( array( array( 'file' => "$picture.jpg" ) ), array_values( $meta['sizes'] ) ) as $size ) {
		if ( ! copy( SOUK_PICTURES . '/' . $size['file'], "$folder/{$size['file']}" ) ) {
			throw new RuntimeException( "cannot write $folder/{$size['file']}" );
		}
	}
	return $meta;
}

/** Adds a picture to the shop's library and returns the id of its attachment. */
function souk_add_picture( string $picture, string $title ): int {
	$meta = souk_copy_picture( $picture );
	$id = wp_insert_attachment(
		array(
			'post_title'     => $title,
			'post_mime_type' => 'image/jpeg',
			'post_status'    => 'inherit',
		),
		"products/$picture.jpg",
		0,
		true
	);
	if ( is_wp_error( $id ) ) {
		throw new RuntimeException( "picture $picture: " . $id->get_error_message() );
	}
	update_post_meta( $id, '_wp_attachment_metadata', array( 'file' => "products/$picture.jpg" ) + $meta );
	update_post_meta( $id, '_wp_attachment_image_alt', $title );
	return $id;
}
