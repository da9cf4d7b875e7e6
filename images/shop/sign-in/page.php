<?php
/**
 * What people see of signing in by a link: a page that posts the token, and one short sentence when that fails.
 * Nothing is loaded from elsewhere, nothing is kept by caches, and no other site learns the address.
 */

/** Takes the token from the address, and from the browser's history, and posts it. Without one, the answer says so. */
const SOUK_SCRIPT = <<<'JS'
const form = document.forms[0];
form.elements.token.value = location.hash.slice(1);
history.replaceState(null, '', location.pathname);
form.submit();
JS;

const SOUK_STYLE = 'body{font:1rem/1.5 system-ui,sans-serif;max-width:32rem;margin:20vh auto 0;padding:0 1rem;color:#222;background:#fff}';

function souk_page_headers(): void {
	$hash = fn( string $text ) => "'sha256-" . base64_encode( hash( 'sha256', $text, true ) ) . "'";
	header( 'Content-Type: text/html; charset=utf-8' );
	header( 'Cache-Control: no-store' );
	header( 'Referrer-Policy: no-referrer' );
	header( 'X-Content-Type-Options: nosniff' );
	header( 'X-Robots-Tag: noindex' );
	header( "Content-Security-Policy: default-src 'none'; script-src {$hash( SOUK_SCRIPT )}; style-src {$hash( SOUK_STYLE )}; form-action 'self'; base-uri 'none'; frame-ancestors 'none'" );
}

/** Answers with one heading and what stands below it, and ends. */
function souk_page( int $status, string $title, string $text, string $more = '' ): never {
	http_response_code( $status );
	echo "<!doctype html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">",
		"<title>$title</title><style>", SOUK_STYLE, "</style></head>\n<body><h1>$title</h1><p>$text</p>$more</body></html>\n";
	exit;
}

function souk_page_that_posts(): never {
	souk_page(
		200,
		'Signing in',
		'One moment.',
		'<noscript><p>This needs JavaScript. Without it, sign in with a password at <a href="/wp-login.php">wp-login.php</a>.</p></noscript>'
			. '<form method="post"><input type="hidden" name="token"></form><script>' . SOUK_SCRIPT . '</script>'
	);
}
