import "@alch/blocks/core";
