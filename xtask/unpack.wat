;; Unpacks the text that split.mjs makes of a module; there stands what it means.
;;
;; The text ends before a zero. Each of its parts, behind a space, has a cell, a word with the address of its
;; next number: the bytes before the code, those behind it, the order of the forms, the operands of each kind,
;; and each form. Cell 0 is for reading a form without moving its own. The module comes to lie at 0x10000.
(module
  (memory (export "m") 4)
  (global $out (mut i32) (i32.const 0x10000))

  ;; Reads the next number of a cell, with the last digit lower than `low`.
  (func $number (param $cell i32) (param $low i32) (result i32)
    (local $at i32) (local $digit i32) (local $value i32)
    (loop $digits
      (local.set $at (i32.load (local.get $cell)))
      (i32.store (local.get $cell) (i32.add (local.get $at) (i32.const 1)))
      (local.set $digit (i32.sub (i32.load8_u (local.get $at)) (i32.const 35)))
      (local.set $digit (i32.sub (local.get $digit) (i32.gt_s (local.get $digit) (i32.const 56))))
      (if (i32.ge_s (local.get $digit) (local.get $low)) (then
        (local.set $value (i32.sub
          (i32.add (i32.mul (local.get $value) (i32.sub (i32.const 91) (local.get $low))) (local.get $digit))
          (local.get $low)))
        (br $digits))))
    (i32.add (i32.mul (local.get $value) (local.get $low)) (local.get $digit)))

  ;; Tells that a cell has a further number: a space or a zero ends it.
  (func $has (param $cell i32) (result i32)
    (i32.gt_u (i32.load8_u (i32.load (local.get $cell))) (i32.const 32)))

  ;; Appends the lowest byte of a number.
  (func $byte (param $value i32)
    (i32.store8 (global.get $out) (local.get $value))
    (global.set $out (i32.add (global.get $out) (i32.const 1))))

  ;; Appends a number as LEB128.
  (func $leb (param $value i32)
    (loop $bytes
      (call $byte (i32.or (local.get $value) (i32.shl (i32.gt_u (local.get $value) (i32.const 127)) (i32.const 7))))
      (br_if $bytes (local.tee $value (i32.shr_u (local.get $value) (i32.const 7))))))

  ;; Appends the bytes of a cell, each less 36.
  (func $plain (param $cell i32)
    (loop $bytes
      (if (call $has (local.get $cell)) (then
        (call $byte (i32.add (call $number (local.get $cell) (i32.const 88)) (i32.const 36)))
        (br $bytes)))))

  ;; Unpacks the text at an address, and returns the address behind the module.
  (func (export "u") (param $at i32) (result i32)
    (local $cell i32) (local $place i32) (local $body i32) (local $start i32)
    (local $part i32) (local $value i32) (local $offset i32)
    (loop $text
      (if (i32.eq (i32.load8_u (local.get $at)) (i32.const 32)) (then
        (local.set $cell (i32.add (local.get $cell) (i32.const 4)))
        (i32.store (local.get $cell) (i32.add (local.get $at) (i32.const 1)))))
      (local.set $at (i32.add (local.get $at) (i32.const 1)))
      (br_if $text (i32.load8_u (local.get $at))))

    (call $plain (i32.const 4))
    (loop $functions
      ;; The body first, since its length stands before it.
      (local.set $start (global.get $out))
      (local.set $body (i32.add (local.get $start) (i32.const 8)))
      (global.set $out (local.get $body))
      (loop $forms
        (local.set $place (call $number (i32.const 12) (i32.const 60)))
        (i32.store (i32.const 0)
          (i32.load (i32.add (i32.const 48) (i32.mul (local.get $place) (i32.const 4)))))
        (loop $form
          (local.set $part (call $number (i32.const 0) (i32.const 60)))
          (if (i32.gt_u (local.get $part) (i32.const 7))
            (then (call $byte (i32.sub (local.get $part) (i32.const 8))))
            (else
              (local.set $value
                (call $number (i32.add (i32.const 16) (i32.mul (local.get $part) (i32.const 4))) (i32.const 60)))
              ;; An offset counts words from the last one, with the sign as its lowest bit.
              (if (i32.eq (local.get $part) (i32.const 7)) (then
                (local.set $offset (i32.add (local.get $offset) (i32.mul (i32.const 4)
                  (i32.xor
                    (i32.shr_u (local.get $value) (i32.const 1))
                    (i32.sub (i32.const 0) (i32.and (local.get $value) (i32.const 1)))))))
                (local.set $value (local.get $offset))))
              (call $leb (local.get $value))))
          (br_if $form (call $has (i32.const 0))))
        (br_if $forms (local.get $place)))
      (local.set $value (i32.sub (global.get $out) (local.get $body)))
      (global.set $out (local.get $start))
      (call $leb (local.get $value))
      (memory.copy (global.get $out) (local.get $body) (local.get $value))
      (global.set $out (i32.add (global.get $out) (local.get $value)))
      (br_if $functions (call $has (i32.const 12))))
    (call $plain (i32.const 8))
    (global.get $out)))
