<?php
/**
 * Title: Shop footer
 * Slug: souk-storefront/footer
 * Categories: footer
 * Block Types: core/template-part/footer
 * Inserter: no
 */
$souk_shop = function_exists( 'WC' );
?>
<!-- wp:group {"className":"souk-footer","style":{"spacing":{"padding":{"top":"32px","bottom":"32px","left":"var:preset|spacing|30","right":"var:preset|spacing|30"},"margin":{"top":"var:preset|spacing|50"}}},"textColor":"contrast-2","fontSize":"small","layout":{"type":"constrained"}} -->
<div class="wp-block-group souk-footer has-contrast-2-color has-text-color has-small-font-size" style="margin-top:var(--wp--preset--spacing--50);padding-top:32px;padding-right:var(--wp--preset--spacing--30);padding-bottom:32px;padding-left:var(--wp--preset--spacing--30)">
<!-- wp:group {"align":"wide","layout":{"type":"flex","justifyContent":"space-between","flexWrap":"wrap"}} -->
<div class="wp-block-group alignwide">
<!-- wp:site-title {"level":0,"isLink":false,"style":{"typography":{"fontSize":"0.95rem"}}} /-->
<?php if ( $souk_shop ) : ?>
<!-- wp:navigation {"overlayMenu":"never"} -->
<!-- wp:navigation-link {"label":"Shop","url":"/shop/","kind":"custom"} /-->
<!-- wp:navigation-link {"label":"My account","url":"/my-account/","kind":"custom"} /-->
<!-- /wp:navigation -->
<?php endif; ?>
</div>
<!-- /wp:group -->
</div>
<!-- /wp:group -->
