<?php
// What a web server in front of WordPress does: files are answered as files, all else by the front controller.
$path = rawurldecode(parse_url($_SERVER['REQUEST_URI'], PHP_URL_PATH) ?? '/');
$file = $_SERVER['DOCUMENT_ROOT'] . $path;
if (is_dir($file) && is_file(rtrim($file, '/') . '/index.php') && $path !== '/') {
    $file = rtrim($file, '/') . '/index.php';
    $path = rtrim($path, '/') . '/index.php';
}
if (is_file($file) && !str_ends_with($file, '.php')) {
    return false;
}
if (preg_match('#^(.*?\.php)(/.*)$#', $path, $parts) && is_file($_SERVER['DOCUMENT_ROOT'] . $parts[1])) {
    [, $path, $_SERVER['PATH_INFO']] = $parts;
    $file = $_SERVER['DOCUMENT_ROOT'] . $path;
} else {
    unset($_SERVER['PATH_INFO']);
}
if (!is_file($file)) {
    $path = '/index.php';
}
$_SERVER['SCRIPT_NAME'] = $path;
$_SERVER['PHP_SELF'] = $path . ($_SERVER['PATH_INFO'] ?? '');
$_SERVER['SCRIPT_FILENAME'] = $_SERVER['DOCUMENT_ROOT'] . $path;
chdir(dirname($_SERVER['SCRIPT_FILENAME']));
require $_SERVER['SCRIPT_FILENAME'];
