// inconclusive: a run that was ended at its limit is not a clean one
// run --time-limit 1s: ended after its time limit ~ "verdict": "inconclusive" ~ "clean": 0
int main() {
    for (volatile int i = 0;; i = i + 1) {}
}
