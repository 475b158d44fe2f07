<?php
// A contact form of a plugin's: open to anonymous readers by a REST address of its own.
add_action('rest_api_init', function () {
    register_rest_route('ours/v1', '/contact', [
        'methods' => 'POST',
        'permission_callback' => '__return_true',
        'callback' => fn ($request) => ['thanks' => $request->get_param('your-name')],
    ]);
});
