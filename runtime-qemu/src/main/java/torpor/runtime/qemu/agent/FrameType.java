package torpor.runtime.qemu.agent;

/// The numbers of the protocol's frames.
final class FrameType {
  static final int VERSION = 1;

  // From the host. All but INPUT and OUTPUT_ACK are requests.
  static final int CONNECT = 0x01;
  static final int PING = 0x02;
  static final int START = 0x03;
  static final int FREEZE = 0x04;
  static final int THAW = 0x05;
  static final int STOP = 0x06;
  static final int SHUTDOWN = 0x07;
  static final int STATS = 0x08;
  static final int EXEC = 0x10;
  static final int COPY_IN = 0x11;
  static final int COPY_OUT = 0x12;
  static final int ATTACH = 0x13;
  static final int SIGNAL = 0x14;
  static final int RESIZE = 0x15;
  static final int RELEASE = 0x16;
  static final int INPUT = 0x20;
  static final int OUTPUT_ACK = 0x21;

  // From the guest.
  static final int HELLO = 0x80;
  static final int OK = 0x81;
  static final int ERROR = 0x82;
  static final int STATE = 0x83;
  static final int OUTPUT = 0xa0;
  static final int INPUT_ACK = 0xa1;
  static final int EXIT = 0xa2;
  static final int OPEN = 0xa3;
  static final int CLOSE = 0xa4;

  private FrameType() {}
}
