<?php
/**
 * Decides whether nginx may keep the page that this request makes. PHP was given the page's address and nothing else of the
 * visitor; here is looked at what the page is and at what the answer became. Only whole pages with status 200 under the
 * shop's own address are kept, and none that sets a cookie.
 */

final class Souk_Page {
	/** Whether WordPress came to a page, and it is the same for everybody. */
	private bool $common = false;

	public function __construct( private int $seconds ) {}

	public function begin(): void {
		ob_start( array( $this, 'finish' ) );
		add_action( 'template_redirect', array( $this, 'look_at_page' ), PHP_INT_MAX );
	}

	/** WordPress knows by now what the page is, and nobody has redirected. */
	public function look_at_page(): void {
		if ( $this->is_somebodys() ) {
			$this->mark();
			return;
		}
		$post = get_queried_object();
		$none = is_user_logged_in() || is_404() || is_search() || is_feed() || is_robots() || is_favicon() || is_embed()
			|| is_trackback() || is_preview() || is_customize_preview()
			|| ( $post instanceof WP_Post && '' !== $post->post_password )
			// Prices by where the visitor seems to be.
			|| 'geolocation' === get_option( 'woocommerce_default_customer_address' );
		// For plugins whose pages differ by what only they know, such as the visitor's address.
		$this->common = (bool) apply_filters( 'souk_keep_page', ! $none );
	}

	/** Cart, checkout and account, under whatever address the owner gave them. */
	private function is_somebodys(): bool {
		return function_exists( 'WC' ) && ( is_cart() || is_checkout() || is_account_page() || is_wc_endpoint_url()
			|| has_block( 'woocommerce/cart' ) || has_block( 'woocommerce/checkout' ) );
	}

	/** Tells nginx not to ask for this page in this way again: who waits for a page that is not kept, waits in vain. */
	private function mark(): void {
		$path = (string) $_SERVER['REQUEST_URI'];
		// Addresses of pages only: visitors cannot make up files.
		if ( wp_parse_url( (string) get_permalink(), PHP_URL_PATH ) === $path && str_ends_with( $path, '/' ) ) {
			wp_mkdir_p( "/run/souk/uncached$path" );
			touch( "/run/souk/uncached$path.is" );
		}
	}

	/** Output handler: packs the page and says how long it may be kept, or leaves it as it is. */
	public function finish( string $page, int $phase ): string {
		// Anything but begun and ended at once means that a part is gone, or has gone out.
		if ( ( PHP_OUTPUT_HANDLER_START | PHP_OUTPUT_HANDLER_FINAL ) !== $phase || ! $this->common || ! $this->is_whole( $page ) || ! $this->headers_allow() ) {
			return $page;
		}
		header_remove( 'Content-Length' );
		header( "X-Accel-Expires: $this->seconds" );
		header( 'Content-Encoding: gzip' );
		return (string) gzencode( $page, 6 );
	}

	private function is_whole( string $page ): bool {
		$fatal = ( error_get_last()['type'] ?? 0 ) & ( E_ERROR | E_CORE_ERROR | E_COMPILE_ERROR | E_USER_ERROR | E_RECOVERABLE_ERROR );
		return 200 === http_response_code() && ! $fatal && false !== stripos( substr( $page, -4096 ), '</html>' )
			&& ! ( defined( 'DONOTCACHEPAGE' ) && DONOTCACHEPAGE ) && ! is_user_logged_in() && $this->is_own_address();
	}

	/** Under another host name or scheme WordPress may write other links into the page. */
	private function is_own_address(): bool {
		$scheme = empty( $_SERVER['HTTPS'] ) ? 'http' : 'https';
		return WP_HOME === $scheme . '://' . ( $_SERVER['HTTP_HOST'] ?? '' );
	}

	private function headers_allow(): bool {
		if ( headers_sent() ) {
			return false;
		}
		$html = false;
		foreach ( headers_list() as $header ) {
			list( $name, $value ) = explode( ':', strtolower( $header ), 2 ) + array( 1 => '' );
			if ( in_array( $name, array( 'set-cookie', 'content-encoding', 'location', 'vary', 'www-authenticate' ), true ) ) {
				return false;
			}
			if ( 'cache-control' === $name && preg_match( '/no-store|no-cache|private|max-age=0\b/', $value ) ) {
				return false;
			}
			$html = $html || ( 'content-type' === $name && str_starts_with( trim( $value ), 'text/html' ) );
		}
		return $html;
	}
}
