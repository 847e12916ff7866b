// The same outside of a promise.
const { physicalName } = require("@alch/blocks/naming");

physicalName("queue", "No Such Queue", "prod"); // here: naming
