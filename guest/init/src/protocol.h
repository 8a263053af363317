/* The numbers of the agent's protocol. README.md describes what they mean. */
#ifndef PROTOCOL_H
#define PROTOCOL_H

enum { PROTOCOL_VERSION = 1 };

/* From the host. All but INPUT and OUTPUT_ACK are requests: one answer with the same id. */
enum {
    CONNECT = 0x01,
    PING = 0x02,
    START = 0x03,
    FREEZE = 0x04,
    THAW = 0x05,
    STOP = 0x06,
    SHUTDOWN = 0x07,
    STATS = 0x08,
    EXEC = 0x10,
    COPY_IN = 0x11,
    COPY_OUT = 0x12,
    ATTACH = 0x13,
    SIGNAL = 0x14,
    RESIZE = 0x15,
    RELEASE = 0x16,
    INPUT = 0x20,
    OUTPUT_ACK = 0x21
};

/* From the guest. */
enum {
    HELLO = 0x80,
    OK = 0x81,
    ERROR = 0x82,
    STATE = 0x83,
    OUTPUT = 0xa0,
    INPUT_ACK = 0xa1,
    EXIT = 0xa2,
    OPEN = 0xa3,
    CLOSE = 0xa4
};

enum { STREAM_OUTPUT = 1, STREAM_ERRORS = 2 };
enum { FLAG_END = 1 }; /* INPUT: the stream ends here; INPUT_ACK: nobody reads it any more */

/*
 * INPUT: u64 offset, u8 flags, data. INPUT_ACK: u64 accepted, u64 limit, u8 flags.
 * OUTPUT: u64 offset, u8 stream, data. OUTPUT_ACK: u64 offset, u8 stream. CLOSE: u64 offset.
 */
enum { INPUT_HEADER = 9, INPUT_ACK_LENGTH = 17, OUTPUT_HEADER = 9, OUTPUT_ACK_LENGTH = 9 };
enum { CLOSE_LENGTH = 8 };

#endif
