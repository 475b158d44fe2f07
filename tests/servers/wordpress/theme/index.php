<?php
// Lists show excerpts, single pages the whole text.
?><!doctype html>
<html><head><title><?php wp_title(''); ?></title><?php wp_head(); ?></head><body>
<?php
while (have_posts()) {
    the_post();
    echo '<h2>', get_the_title(), '</h2>';
    is_singular() ? the_content() : the_excerpt();
    if (is_singular()) {
        comment_form();
    }
}
wp_footer();
?></body></html>
