(module (memory 65536) (export "memory" (memory 0)) (func (export "_start")))
