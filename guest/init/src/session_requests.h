/* Requests that make, use and end sessions. */
#ifndef SESSION_REQUESTS_H
#define SESSION_REQUESTS_H

#include "request.h"

void request_exec(struct request *request);
void request_copy_in(struct request *request);
void request_copy_out(struct request *request);
void request_attach(struct request *request);
void request_signal(struct request *request);
void request_resize(struct request *request);
void request_release(struct request *request);

/* These have no answer but an ERROR; their id is the session's. */
void take_input(const struct frame *frame);
void take_output_acknowledgement(const struct frame *frame);

#endif
