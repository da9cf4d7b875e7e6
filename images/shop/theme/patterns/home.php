<?php
/**
 * Title: Shop home
 * Slug: souk-storefront/home
 * Inserter: no
 */
?>
<!-- wp:group {"tagName":"main","style":{"spacing":{"margin":{"top":"0"},"blockGap":"0"}},"layout":{"type":"constrained"}} -->
<main class="wp-block-group" style="margin-top:0">
<!-- wp:group {"align":"full","backgroundColor":"base-2","style":{"spacing":{"padding":{"top":"64px","bottom":"64px","left":"var:preset|spacing|30","right":"var:preset|spacing|30"}}},"layout":{"type":"constrained"}} -->
<div class="wp-block-group alignfull has-base-2-background-color has-background" style="padding-top:64px;padding-right:var(--wp--preset--spacing--30);padding-bottom:64px;padding-left:var(--wp--preset--spacing--30)">
<!-- wp:site-title {"level":1,"isLink":false,"textAlign":"center","style":{"typography":{"fontSize":"2.6rem"}}} /-->
<!-- wp:site-tagline {"textAlign":"center","textColor":"contrast-2"} /-->
<?php if ( function_exists( 'WC' ) ) : ?>
<!-- wp:buttons {"layout":{"type":"flex","justifyContent":"center"},"style":{"spacing":{"margin":{"top":"24px"}}}} -->
<div class="wp-block-buttons" style="margin-top:24px">
<!-- wp:button -->
<div class="wp-block-button"><a class="wp-block-button__link wp-element-button" href="/shop/">See all products</a></div>
<!-- /wp:button -->
</div>
<!-- /wp:buttons -->
<?php endif; ?>
</div>
<!-- /wp:group -->
<!-- wp:group {"align":"wide","style":{"spacing":{"padding":{"top":"48px","bottom":"24px"}}},"layout":{"type":"default"}} -->
<div class="wp-block-group alignwide" style="padding-top:48px;padding-bottom:24px">
<?php if ( function_exists( 'WC' ) ) : ?>
<!-- wp:woocommerce/product-collection {"queryId":0,"query":{"perPage":8,"pages":1,"offset":0,"postType":"product","order":"desc","orderBy":"date","search":"","exclude":[],"inherit":false,"taxQuery":{},"isProductCollectionBlock":true,"woocommerceOnSale":false,"woocommerceStockStatus":["instock","onbackorder"],"woocommerceAttributes":[],"woocommerceHandPickedProducts":[]},"tagName":"div","displayLayout":{"type":"flex","columns":4,"shrinkColumns":true},"queryContextIncludes":["collection"]} -->
<div class="wp-block-woocommerce-product-collection">
<!-- wp:woocommerce/product-template -->
<!-- wp:woocommerce/product-image {"imageSizing":"thumbnail","isDescendentOfQueryLoop":true} /-->
<!-- wp:post-title {"level":2,"isLink":true,"style":{"typography":{"fontSize":"1.05rem"},"spacing":{"margin":{"bottom":"4px","top":"10px"}}},"__woocommerceNamespace":"woocommerce/product-collection/product-title"} /-->
<!-- wp:woocommerce/product-price {"isDescendentOfQueryLoop":true,"style":{"typography":{"fontSize":"1rem"}}} /-->
<!-- wp:woocommerce/product-button {"isDescendentOfQueryLoop":true,"style":{"typography":{"fontSize":"0.95rem"}}} /-->
<!-- /wp:woocommerce/product-template -->
</div>
<!-- /wp:woocommerce/product-collection -->
<?php else : ?>
<!-- wp:query {"query":{"perPage":6,"postType":"post","inherit":false}} -->
<div class="wp-block-query">
<!-- wp:post-template -->
<!-- wp:post-title {"isLink":true} /-->
<!-- wp:post-excerpt /-->
<!-- /wp:post-template -->
<!-- wp:query-no-results -->
<!-- wp:paragraph {"align":"center"} -->
<p class="has-text-align-center">Nothing is here yet.</p>
<!-- /wp:paragraph -->
<!-- /wp:query-no-results -->
</div>
<!-- /wp:query -->
<?php endif; ?>
</div>
<!-- /wp:group -->
</main>
<!-- /wp:group -->
