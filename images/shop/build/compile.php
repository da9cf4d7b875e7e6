<?php
/**
 * At image build: fills opcache's file cache. The cache's id differs between the command line and php-fpm, so
 * every file is compiled by a php-fpm worker (compile-one.php). `php -n compile.php SOCKET FOLDER...`.
 */

require '/opt/souk/fastcgi/client.php';

$files = array();
foreach ( array_slice( $argv, 2 ) as $folder ) {
	foreach ( new RecursiveIteratorIterator( new RecursiveDirectoryIterator( $folder, FilesystemIterator::SKIP_DOTS ) ) as $file ) {
		$path = $file->getPathname();
		if ( str_ends_with( $path, '.php' ) && ! preg_match( '#/(tests?|akismet)/#', $path ) ) {
			$files[] = $path;
		}
	}
}
$compiled = 0;
foreach ( $files as $file ) {
	$answer = '';
	souk_fastcgi(
		$argv[1],
		'/opt/souk/build/compile-one.php',
		'/?' . rawurlencode( $file ),
		'localhost',
		false,
		function ( string $piece ) use ( &$answer ) {
			$answer .= $piece;
		}
	);
	$compiled += str_contains( $answer, 'COMPILED' ) ? 1 : 0;
}
echo count( $files ), " PHP files, $compiled compiled\n";
exit( $compiled > 1000 ? 0 : 1 );
