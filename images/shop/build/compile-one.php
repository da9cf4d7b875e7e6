<?php
// One file a request, named by the query string: a file that cannot be compiled alone takes only its own worker.
if ( @opcache_compile_file( rawurldecode( $_SERVER['QUERY_STRING'] ) ) ) {
	echo 'COMPILED';
}
