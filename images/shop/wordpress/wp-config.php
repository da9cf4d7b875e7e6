<?php
/**
 * WordPress's settings of a Souk store. The address comes from the environment and wins over the database;
 * passwords and keys come from mounted secrets. Nothing here is written by WordPress.
 */

require_once '/opt/souk/bootstrap/database.php';

define( 'DB_NAME', SOUK_DATABASE );
define( 'DB_USER', SOUK_DATABASE );
define( 'DB_PASSWORD', souk_secret( 'database/password' ) );
define( 'DB_HOST', getenv( 'DB_HOST' ) ?: 'database' );
define( 'DB_CHARSET', 'utf8mb4' );
define( 'DB_COLLATE', '' );
$table_prefix = 'wp_';

// The eight keys and salts are derived from one seed of the store.
foreach ( array( 'AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT', 'LOGGED_IN_SALT', 'NONCE_SALT' ) as $key ) {
	define( $key, hash_hmac( 'sha256', $key, souk_secret( 'keys/seed' ) ) );
}

define( 'WP_HOME', (string) getenv( 'SHOP_URL' ) );
define( 'WP_SITEURL', WP_HOME );
define( 'FORCE_SSL_ADMIN', str_starts_with( WP_HOME, 'https://' ) );

// Code is in the image: nothing updates or edits itself.
define( 'WPMU_PLUGIN_DIR', '/opt/souk/mu-plugins' );
define( 'AUTOMATIC_UPDATER_DISABLED', true );
define( 'WP_AUTO_UPDATE_CORE', false );
define( 'DISALLOW_FILE_EDIT', true );
define( 'FS_METHOD', 'direct' );

// The pod rings for cron itself (bin/php-start), and calls nobody outside.
define( 'DISABLE_WP_CRON', true );
define( 'WP_HTTP_BLOCK_EXTERNAL', true );

define( 'WP_MEMORY_LIMIT', '256M' );
define( 'WP_DEBUG', false );
define( 'WP_DEFAULT_THEME', 'souk-storefront' );

if ( ! defined( 'ABSPATH' ) ) {
	define( 'ABSPATH', '/opt/souk/wordpress/' );
}
require_once ABSPATH . 'wp-settings.php';
