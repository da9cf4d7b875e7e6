<?php
/**
 * Souk Storefront: the sizes of product pictures and a little style. Everything else is in theme.json,
 * templates and patterns.
 */

add_action(
	'after_setup_theme',
	function () {
		add_theme_support(
			'woocommerce',
			array(
				'thumbnail_image_width' => 450,
				'single_image_width'    => 600,
			)
		);
	}
);
