;; Takes memory until it gets no more, then does what a program does that cannot go on.
(module (memory 1) (export "memory" (memory 0))
  (func (export "_start")
    (loop $more (br_if $more (i32.ne (memory.grow (i32.const 16)) (i32.const -1))))
    unreachable))
