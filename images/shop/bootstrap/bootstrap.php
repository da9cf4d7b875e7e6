<?php
/**
 * Brings one shop to the state that the chart asks for; runs in a php-fpm worker at every start of the pod.
 *
 * It looks at the database first. The golden shop there, which the images carry: makes it the store's own.
 * Nothing there, or an installation that was cut short: installs from nothing. A shop there: applies only what changed
 * (title, address, image). It may be killed at any point. It prints one line a step and leaves /run/souk/bootstrapped when it reached its end. What each step does is in the other files of this folder.
 */

require __DIR__ . '/database.php';
require __DIR__ . '/settings.php';
require __DIR__ . '/lock.php';
require __DIR__ . '/state.php';
require __DIR__ . '/admin.php';
require __DIR__ . '/wordpress.php';
require __DIR__ . '/woocommerce.php';
require __DIR__ . '/products.php';
require __DIR__ . '/address.php';
require __DIR__ . '/golden.php';
require_once '/opt/souk/mu-plugins/pages/generation.php';

ignore_user_abort( true );
set_time_limit( 0 );

/** Prints a step and the milliseconds since the bootstrap began. */
function souk_step( string $message ): void {
	printf( "bootstrap: %s duration_ms=%d\n", $message, 1000 * ( microtime( true ) - $_SERVER['REQUEST_TIME_FLOAT'] ) );
	flush();
}

/** Waits for the database and takes the bootstrap's lock; says what it waits for. */
function souk_wait_for_database( int $seconds, callable $meanwhile ): Souk_Lock {
	$deadline = microtime( true ) + $seconds;
	$told     = microtime( true );
	$waiting  = null;
	while ( microtime( true ) < $deadline ) {
		$lock = Souk_Lock::take( $waiting );
		if ( $lock ) {
			return $lock;
		}
		$meanwhile();
		if ( microtime( true ) - $told > 10 ) {
			souk_step( "waiting for the database: $waiting" );
			$told = microtime( true );
		}
		usleep( 20000 );
	}
	throw new RuntimeException( "the database was not there for $seconds s: $waiting" );
}

try {
	$settings = Souk_Settings::read();
	$lock     = souk_wait_for_database( 540, 'souk_admin_password_hash' );
	$state    = new Souk_State( $lock );
	souk_step( 'database reachable' );

	if ( 'running' === $state->get( 'install' ) ) {
		souk_step( 'an earlier installation was cut short; starting over' );
		$state->wipe_unfinished();
	}
	$golden = 'golden' === $state->get( 'install' );
	if ( $golden && ! souk_golden_fits( $settings ) ) {
		$state->wipe_unfinished();
		$golden = false;
	}
	$install = ! $state->has_tables();
	$current = 'done' === $state->get( 'install' ) && $state->get( 'title' ) === $settings->title
		&& $state->get( 'url' ) === $settings->url && $state->get( 'image' ) === $settings->image;
	if ( $install || ! $current ) {
		if ( ! $install ) {
			// A killed upgrade of WooCommerce would keep the next one waiting for ten minutes.
			$lock->database()->query( "DELETE FROM wp_options WHERE option_name = '_transient_wc_installing'" );
		}
		// WordPress makes many globals, so it is loaded here and not in a function.
		souk_before_load( $settings, $install );
		require '/opt/souk/wordpress/wp-load.php';
		souk_step( 'WordPress loaded' );
		add_filter(
			'query',
			function ( $query ) use ( $lock ) {
				$lock->tick();
				return $query;
			}
		);
		if ( $install ) {
			$state->set( 'install', 'running' );
			souk_install_wordpress( $settings );
			souk_step( 'WordPress installed' );
		} else {
			souk_upgrade_wordpress();
			if ( $golden ) {
				souk_adopt_golden( $settings, $state );
			}
			souk_apply_title( $settings, $state );
			souk_apply_address( $settings, $state );
		}
		souk_apply_woocommerce( $settings, $state, $install );
		$state->set( 'title', $settings->title );
		$state->set( 'url', $settings->url );
		$state->set( 'image', $settings->image );
		$state->set( 'install', 'done' );
	}
	// nginx keeps pages of what is there from now on.
	souk_forget_pages();
	souk_step( 'done' );
	touch( '/run/souk/bootstrapped' );
} catch ( Throwable $error ) {
	// Never the trace: its arguments could hold a password.
	printf( "bootstrap: failed: %s at %s:%d\n", $error->getMessage(), basename( $error->getFile() ), $error->getLine() );
}
