<?php
/**
 * Title: Shop header
 * Slug: souk-storefront/header
 * Categories: header
 * Block Types: core/template-part/header
 * Inserter: no
 */
$souk_shop = function_exists( 'WC' );
?>
<!-- wp:group {"className":"souk-header","style":{"spacing":{"padding":{"top":"18px","bottom":"18px","left":"var:preset|spacing|30","right":"var:preset|spacing|30"}}},"layout":{"type":"constrained"}} -->
<div class="wp-block-group souk-header" style="padding-top:18px;padding-right:var(--wp--preset--spacing--30);padding-bottom:18px;padding-left:var(--wp--preset--spacing--30)">
<!-- wp:group {"align":"wide","layout":{"type":"flex","justifyContent":"space-between","flexWrap":"wrap"}} -->
<div class="wp-block-group alignwide">
<!-- wp:site-title {"level":0,"style":{"typography":{"fontSize":"1.35rem","fontWeight":"700"}}} /-->
<!-- wp:group {"layout":{"type":"flex","flexWrap":"nowrap"}} -->
<div class="wp-block-group">
<?php if ( $souk_shop ) : ?>
<!-- wp:navigation {"overlayMenu":"never","layout":{"type":"flex","justifyContent":"right"}} -->
<!-- wp:navigation-link {"label":"Home","url":"/","kind":"custom"} /-->
<!-- wp:navigation-link {"label":"Shop","url":"/shop/","kind":"custom"} /-->
<!-- wp:navigation-link {"label":"Cart","url":"/cart/","kind":"custom"} /-->
<!-- /wp:navigation -->
<!-- wp:woocommerce/customer-account {"displayStyle":"icon_only","iconClass":"wc-block-customer-account__account-icon"} /-->
<!-- wp:woocommerce/mini-cart /-->
<?php else : ?>
<!-- wp:navigation {"overlayMenu":"never"} /-->
<?php endif; ?>
</div>
<!-- /wp:group -->
</div>
<!-- /wp:group -->
</div>
<!-- /wp:group -->
