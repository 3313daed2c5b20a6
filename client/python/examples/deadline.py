"""An answer in time, or none: the deadline holds for all of the call, here, in the gateway and upstream."""
import inferwire

with inferwire.Client() as client:
    try:
        print(client.complete("Write a long story.", timeout=5))
    except inferwire.InferwireError as error:
        print(error.reason, "it may be billed" if error.may_be_billed else "it costs nothing")
