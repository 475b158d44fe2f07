<?php
// Installs WordPress in the folder that is the working directory, fills it, and says in JSON what there is.
define('WP_INSTALLING', true);
$_SERVER['HTTP_HOST'] = 'pub.example';
$_SERVER['REQUEST_URI'] = '/';
require getcwd() . '/wp-load.php';
require ABSPATH . 'wp-admin/includes/upgrade.php';

$admin = wp_install('Magazine', 'chief', 'chief@pub.example', true, '', getenv('CHIEF_PASSWORD'));
$wp_rewrite->set_permalink_structure('/%year%/%monthnum%/%postname%/');
update_option('default_comment_status', 'open');
update_option('comment_moderation', 0);
update_option('comment_previously_approved', 0);
update_option('rss_use_excerpt', 0);
switch_theme('ours');
foreach (get_posts(['numberposts' => -1, 'post_type' => ['post', 'page'], 'post_status' => 'any']) as $first) {
    wp_delete_post($first->ID, true);
}

// The walled words stand far behind what an excerpt shows.
$text = '<p>' . str_repeat('Fog lay over the harbour and nobody saw the ferry leave. ', 30) . '</p><p>CANARY</p>';
$make = fn (array $post) => wp_insert_post($post + ['post_status' => 'publish', 'post_author' => $admin['user_id']], true);
$article = $make(['post_title' => 'Fog', 'post_name' => 'fog', 'post_content' => $text, 'tags_input' => ['weather']]);
$draft = $make(['post_title' => 'Ice', 'post_content' => $text, 'post_status' => 'draft']);
$about = $make(['post_title' => 'About', 'post_name' => 'about', 'post_type' => 'page', 'post_content' => 'OPENPAGE']);
$landing = $make(['post_title' => 'Subscribe', 'post_type' => 'page', 'post_content' => 'LANDING']);
$picture = wp_insert_attachment(
    ['post_title' => 'Ferry', 'post_name' => 'ferry', 'post_mime_type' => 'image/jpeg', 'post_content' => 'CANARY'],
    'ferry.jpg',
    $article,
);
flush_rewrite_rules(false);
wp_cache_flush();
echo json_encode([
    'article' => $article,
    'draft' => $draft,
    'about' => $about,
    'landing' => $landing,
    'picture' => $picture,
    'path' => parse_url(get_permalink($article), PHP_URL_PATH),
    'month' => parse_url(get_month_link(get_the_date('Y', $article), get_the_date('m', $article)), PHP_URL_PATH),
    'feed' => get_the_date('Ym', $article),
]), "\n";
