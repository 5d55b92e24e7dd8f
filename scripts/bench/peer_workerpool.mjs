/** The tiny task of workerpool. */
import workerpool from "workerpool";

workerpool.worker({ tiny: (n) => n });
