;; Ends well only if it goes on from its checkpoint with its local variable and its memory intact.
;; Built by build.sh beside the test modules.
(module
  (import "torpor" "checkpoint" (func $checkpoint (param i32 i32) (result i32)))
  (memory (export "memory") 1)
  (data (i32.const 1024) "self-test")
  (func (export "_start")
    (local $kept i32)
    (local.set $kept (i32.load (i32.const 1024)))
    (i32.store (i32.const 2048) (i32.const 42))
    (if (i32.ne (call $checkpoint (i32.const 1024) (i32.const 9)) (i32.const 1)) (then unreachable))
    (if (i32.ne (local.get $kept) (i32.load (i32.const 1024))) (then unreachable))
    (if (i32.ne (i32.load (i32.const 2048)) (i32.const 42)) (then unreachable))))
