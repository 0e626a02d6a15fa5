<?php
// Makes the site and its only user, who lives in Shanghai; tells the user's password for the REST interface.
define('WP_INSTALLING', true);
require $argv[1] . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';
$made = wp_install('星河博客', 'editor', 'editor@blog.example', true, '', 'made up for tests');
switch_theme('plain');
update_option('timezone_string', 'Asia/Shanghai');
update_option('permalink_structure', '/%postname%/');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
wp_delete_post(1, true);
wp_delete_post(2, true);
flush_rewrite_rules();
[$password] = WP_Application_Passwords::create_new_application_password($made['user_id'], ['name' => 'tests']);
echo json_encode(['password' => $password]);
