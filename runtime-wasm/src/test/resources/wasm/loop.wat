(module (memory 1) (export "memory" (memory 0)) (func (export "_start") (loop $for_ever (br $for_ever))))
