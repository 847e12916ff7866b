// The playground in a page of the site. It is a page of its own, which also works from a file.
import { withBase } from "vitepress";
import { h, onMounted, onUnmounted, ref } from "vue";

/** Above and below the content. */
const MARGINS = 34;

export const Playground = {
  setup() {
    const frame = ref();
    const height = ref(1500);
    let watched;

    /** Makes the frame as high as its content, so that the page has one scroll bar. */
    function fit() {
      const content = frame.value?.contentDocument?.body;
      if (!content) return;
      watched?.disconnect();
      watched = new ResizeObserver(() => {
        height.value = Math.ceil(content.getBoundingClientRect().height) + MARGINS;
      });
      watched.observe(content);
    }

    onMounted(() => {
      // A link to this page can have the input of the playground.
      frame.value.src = `${withBase("/playground/index.html")}${location.hash}`;
    });
    onUnmounted(() => watched?.disconnect());

    const title = "Playground: type a name";
    const style = () => ({ height: `${height.value}px` });
    return () =>
      h("iframe", { ref: frame, class: "playground", title, style: style(), onLoad: fit });
  },
};
