<?php
// Where this site's database is, and what it is called: said by whoever starts it.
defined('ABSPATH') || define('ABSPATH', __DIR__ . '/');
define('DB_HOST', 'localhost:' . getenv('SITE_SOCKET'));
define('DB_NAME', 'site');
define('DB_USER', 'root');
define('DB_PASSWORD', '');
define('DB_CHARSET', 'utf8mb4');
define('WP_SITEURL', getenv('SITE_URL') ?: 'http://' . $_SERVER['HTTP_HOST']);
define('WP_HOME', WP_SITEURL);
define('WP_CONTENT_DIR', getenv('SITE_CONTENT'));
define('WP_ENVIRONMENT_TYPE', 'local');  // gives out passwords for the REST interface without TLS
define('DISABLE_WP_CRON', true);
define('WP_HTTP_BLOCK_EXTERNAL', true);
define('AUTOMATIC_UPDATER_DISABLED', true);
foreach (['AUTH_KEY', 'SECURE_AUTH_KEY', 'LOGGED_IN_KEY', 'NONCE_KEY', 'AUTH_SALT', 'SECURE_AUTH_SALT',
          'LOGGED_IN_SALT', 'NONCE_SALT'] as $name) {
    define($name, 'made up for tests: ' . $name);
}
$table_prefix = 'wp_';
require_once ABSPATH . 'wp-settings.php';
